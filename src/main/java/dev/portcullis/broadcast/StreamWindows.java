package dev.portcullis.broadcast;

import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;

/** How much the store keeps of a room or an inbox, and whether it takes more. Readers ask each time: a reload changes it. */
public interface StreamWindows {
    StreamWindow of(StreamName stream);

    /** Whether so much waits for the archive that no message is taken until less waits. */
    boolean areFull();

    /** Windows that never change, of streams that no archive follows. */
    static StreamWindows fixed(StreamWindow room, StreamWindow inbox) {
        return new StreamWindows() {
            @Override
            public StreamWindow of(StreamName stream) {
                return stream.isInbox() ? inbox : room;
            }

            @Override
            public boolean areFull() {
                return false;
            }
        };
    }
}
