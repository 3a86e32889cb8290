"""Stages as rows of pure functions, and the two runners that interpret them: Faust's and the replay."""
