"""An API that is down for maintenance, with the console on it: only to see how that looks."""

import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from dashboards.console import mount

app = FastAPI()


@app.get("/api/v1/{noun}")
def refuse(noun: str) -> JSONResponse:
    body = {"title": "Store is closed", "status": 503, "detail": f"{noun}: back at six"}
    return JSONResponse(body, status_code=503, media_type="application/problem+json")


mount(app, storage_secret="not a secret")

if __name__ == "__main__":
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning")
    socket = config.bind_socket()
    print(f"http://127.0.0.1:{socket.getsockname()[1]}", file=sys.stderr, flush=True)
    uvicorn.Server(config).run([socket])
