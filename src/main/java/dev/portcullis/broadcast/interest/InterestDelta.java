package dev.portcullis.broadcast.interest;

import java.util.List;

/**
 * Changes to an edge node's interest. A receiver whose state is at {@code from} is complete after applying it; a
 * receiver at another number has missed a delta. A delta without changes confirms that there were none.
 *
 * @param incarnation distinguishes the current run of the edge node from an earlier one of the same name
 */
record InterestDelta(String node, long incarnation, long from, long to, List<Integer> begun, List<Integer> ended) {}
