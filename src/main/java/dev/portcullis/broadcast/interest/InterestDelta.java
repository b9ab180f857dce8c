package dev.portcullis.broadcast.interest;

import java.util.List;

/**
 * What changed in an edge node's interest. One that hears the news {@code from} exactly where it stands knows all; who
 * stands elsewhere has missed some. News without changes say that there were none.
 *
 * @param incarnation tells the edge node's present start from an earlier one that was called the same
 */
record InterestDelta(String node, long incarnation, long from, long to, List<Integer> begun, List<Integer> ended) {}
