package dev.portcullis.bus;

import java.util.List;

/** Notices that one node sends to another in one message. */
record NoticeBatch(List<Item> items) {
    static final NoticeBatch EMPTY = new NoticeBatch(List.of());

    /**
     * One notice for one handler of the receiving node.
     *
     * @param body the notice's own wire form
     */
    @SuppressWarnings("ArrayRecordComponent") // in transit only, never compared
    record Item(String handler, byte[] body) {
        int size() {
            return handler.length() + body.length;
        }
    }
}
