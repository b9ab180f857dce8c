package dev.portcullis.bus;

import java.util.List;

/** What goes over a link at once. */
record NoticeBatch(List<Item> items) {
    static final NoticeBatch EMPTY = new NoticeBatch(List.of());

    /**
     * One notice for one hearer of that node.
     *
     * @param body the notice's own wire form
     */
    @SuppressWarnings("ArrayRecordComponent") // on its way only, compared by nobody
    record Item(String handler, byte[] body) {
        int size() {
            return handler.length() + body.length;
        }
    }
}
