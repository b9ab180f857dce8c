package dev.portcullis.protocol.record;

/** Gives the values of a record, in the order in which a {@link RecordWriter} took them. */
interface RecordReader {
    String text() throws MalformedRecordException;

    long number() throws MalformedRecordException;

    boolean flag() throws MalformedRecordException;

    byte[] bytes() throws MalformedRecordException;

    /** Whether an optional value follows. */
    boolean present() throws MalformedRecordException;

    /** Reads the values of a list, one after the other. */
    void list(Item item) throws MalformedRecordException;

    /**
     * Begins a record.
     *
     * @param components how many this reader knows
     * @return what {@link #leaveRecord} needs
     */
    int enterRecord(int components) throws MalformedRecordException;

    /** Whether the record has no further component: an older writer does not know it. */
    boolean isEmpty();

    /** Skips the rest of the record: a newer writer may have more components. */
    void leaveRecord(int entered) throws MalformedRecordException;

    /** Reads one value of a list. */
    interface Item {
        void read() throws MalformedRecordException;
    }
}
