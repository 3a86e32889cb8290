"""The description of all routes at /openapi.json, made of the models of what is sent and answered."""
