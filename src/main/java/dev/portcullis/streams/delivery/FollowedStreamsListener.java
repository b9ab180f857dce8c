package dev.portcullis.streams.delivery;

import dev.portcullis.streams.StreamName;

/** Is told which streams a node carries: of each before it is first read, and when it no longer is. Any thread calls. */
public interface FollowedStreamsListener {
    void began(StreamName stream);

    void ended(StreamName stream);

    /** Where nobody on other nodes has to know. */
    FollowedStreamsListener NOBODY = new FollowedStreamsListener() {
        @Override
        public void began(StreamName stream) {}

        @Override
        public void ended(StreamName stream) {}
    };
}
