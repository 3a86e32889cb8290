"""The topics of the fleet: one catalogue row per topic; plan and apply on a broker, graph, snapshots."""
