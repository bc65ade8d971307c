"""What people look at: boards said once, shown by the console (and Grafana)."""
