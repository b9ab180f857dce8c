package dev.portcullis.broadcast.holds;

import dev.portcullis.streams.holds.PlacedHold;
import java.util.List;

/** The holds in force, in the order of their kinds and ids. */
public record HoldListing(List<PlacedHold> holds) {}
