package dev.portcullis.edge.frame;

import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.Position;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.Slice;
import java.util.List;
import java.util.Optional;

/**
 * The content of one frame to a joining client.
 *
 * @param newest the newest messages of the stream, in front of the entries that came since they were read
 * @param replaces whether the newest messages replace the client's own, instead of a resume
 * @param readSeq the user's read mark
 */
record MissedPart(Slice slice, List<byte[]> newest, boolean replaces, long readSeq) {

    /** Whether nothing is missing between the client's own messages and these. */
    boolean recovered() {
        return slice.exact() && !replaces;
    }

    JsonMessages messages() {
        return newest.isEmpty()
                ? EntryFrame.messages(slice.entries())
                : JsonMessages.of(newest).then(EntryFrame.messages(slice.entries()));
    }

    /**
     * Divides this into frames that are not larger than other replies.
     *
     * @param from the position that the newest messages reach
     */
    List<MissedPart> within(long mostBytes, Optional<Position> from) {
        if (newest.isEmpty() || slice.entries().isEmpty() || bytes() <= mostBytes) {
            return List.of(this);
        }
        return List.of(
                new MissedPart(new Slice(from.orElseThrow(), true, List.of(), true), newest, replaces, readSeq),
                new MissedPart(slice, List.of(), replaces, readSeq));
    }

    long bytes() {
        return slice.entries().stream().mapToLong(EntryFrame::length).sum()
                + newest.stream().mapToLong(each -> each.length).sum();
    }
}
