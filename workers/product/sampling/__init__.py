"""What a sample of a source holds, as the fleet would read it: shares, types and problems, never a value."""
