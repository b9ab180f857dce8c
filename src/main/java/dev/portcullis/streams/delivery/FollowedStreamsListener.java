package dev.portcullis.streams.delivery;

import dev.portcullis.streams.StreamName;

/** Learns which streams a node follows: of each before its first read, and again when it ends. It is called on any thread. */
public interface FollowedStreamsListener {
    void began(StreamName stream);

    void ended(StreamName stream);

    /** A listener for a node whose streams no other node has to know. */
    FollowedStreamsListener NONE = new FollowedStreamsListener() {
        @Override
        public void began(StreamName stream) {}

        @Override
        public void ended(StreamName stream) {}
    };
}
