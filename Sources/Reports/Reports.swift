// The first file of this room is being written.
