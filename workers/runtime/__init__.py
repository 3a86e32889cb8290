"""How the world is reached: stages as rows, the replay and Faust runners, settings, logs, metrics, time."""
