package dev.portcullis.streams.delivery;

import dev.portcullis.store.Lanes;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.Moved;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Up to where a shard was told which streams of its lanes moved. A stream that is followed later is told of the appends behind that,
 * and of none before it.
 */
final class ToldMoves {
    private final @Nullable LaneCursor[] reads = new LaneCursor[Lanes.COUNT];
    private final long[] moved =
            new long[Lanes.COUNT]; // the highest that was told, also of a tick that is no read of its lane

    void moved(List<Moved> all) {
        all.forEach(each -> {
            int lane = each.stream().lane();
            moved[lane] = Math.max(moved[lane], each.laneSeq());
        });
    }

    /** The lane could not name what moved. What it told before the next read is unknown. */
    void lost(int lane) {
        reads[lane] = null;
    }

    /** Two ticks may be answered in any order. Of two forks it is not known which is the later one. */
    void read(LaneRead read) {
        LaneCursor known = reads[read.lane()];
        if (known == null || read.upTo().includes(known)) {
            reads[read.lane()] = read.upTo();
        } else if (!known.includes(read.upTo())) {
            reads[read.lane()] = null;
        }
    }

    /** Whether a stream that is followed from now on will be told of each append behind this state of its lane. */
    boolean isToldBehind(LaneCursor state) {
        LaneCursor known = reads[state.lane()];
        return known != null && state.includes(known) && state.laneSeq() >= moved[state.lane()];
    }
}
