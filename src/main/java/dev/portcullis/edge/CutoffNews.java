package dev.portcullis.edge;

import dev.portcullis.edge.RecentCutoffs.Noted;
import java.util.List;

/**
 * What one read of the cut-offs brought.
 *
 * @param exact whether it follows what was read before; else some were missed, and nobody can say which
 * @param complete whether it reaches the stream's head
 * @param began when the read began, in nanoseconds: what was cut off before is known now, if it is complete
 */
record CutoffNews(List<Noted> cutoffs, boolean exact, boolean complete, long began) {}
