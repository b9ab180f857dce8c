package dev.portcullis.protocol.record;

/** Takes the values of a record, in the order of its components. */
interface RecordWriter {
    void text(String value);

    void number(long value);

    void flag(boolean value);

    void bytes(byte[] value);

    /** Says whether an optional value is present; if so, it follows. */
    void present(boolean present);

    /** Begins a list of so many values. */
    void beginList(int size);

    void endList();

    /** Begins a record of so many components. Returns what {@link #endRecord} needs. */
    int beginRecord(int components);

    void endRecord(int begin);
}
