package dev.portcullis.protocol.record;

import java.util.Optional;

/** Writes and reads values of one type. */
interface TypeCodec {
    void write(Object value, RecordWriter writer);

    Object read(RecordReader reader) throws MalformedRecordException;

    /**
     * The value of a component that an older sender does not write. If empty, a component of this type cannot be
     * appended to a record.
     */
    default Optional<Object> whenAbsent() {
        return Optional.empty();
    }
}
