package dev.portcullis.streams.record;

import dev.portcullis.protocol.Position;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The history of a stream: where it is now, and where it was at the end of former epochs.
 *
 * @param former the last positions of former epochs
 */
public record StreamEpochs(Position now, List<Position> former) {
    /** The highest seq up to which the stream has what a reader of this position has; empty if its epoch is not known. */
    public Optional<Long> reached(Position position) {
        Stream<Position> ends = position.epoch().equals(now.epoch()) ? Stream.of(now) : former.stream();
        return ends.filter(each -> each.epoch().equals(position.epoch()))
                .map(each -> Math.min(position.seq(), each.seq()))
                .max(Long::compare);
    }

    /** Whether the stream, as it is now, contains this position. */
    public boolean contains(Position position) {
        return reached(position).filter(seq -> seq == position.seq()).isPresent();
    }
}
