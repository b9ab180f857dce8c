package dev.portcullis.protocol.record;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes values as JSON. */
final class TextWriter implements RecordWriter {
    private static final int BARE = 0;
    private static final int IN_BRACKETS = 1;

    private final JsonGenerator json;

    TextWriter(JsonGenerator json) {
        this.json = json;
    }

    private interface Writing {
        void write() throws IOException;
    }

    private static void write(Writing writing) {
        try {
            writing.write();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // it writes to memory
        }
    }

    @Override
    public void text(String value) {
        write(() -> json.writeString(value));
    }

    @Override
    public void number(long value) {
        write(() -> json.writeNumber(value));
    }

    @Override
    public void flag(boolean value) {
        write(() -> json.writeBoolean(value));
    }

    @Override
    public void bytes(byte[] value) {
        write(() -> json.writeBinary(value));
    }

    @Override
    public void present(boolean present) {
        if (!present) {
            write(json::writeNull);
        }
    }

    @Override
    public void beginList(int size) {
        write(json::writeStartArray);
    }

    @Override
    public void endList() {
        write(json::writeEndArray);
    }

    @Override
    public int beginRecord(int components) {
        if (components == 1) {
            return BARE;
        }
        write(json::writeStartArray);
        return IN_BRACKETS;
    }

    @Override
    public void endRecord(int begin) {
        if (begin == IN_BRACKETS) {
            write(json::writeEndArray);
        }
    }
}
