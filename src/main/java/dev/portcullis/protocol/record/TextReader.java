package dev.portcullis.protocol.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Reads what a {@link TextWriter} wrote. The parser's current token is the next one to read. */
final class TextReader implements RecordReader {
    private static final int BARE = 0;
    private static final int IN_BRACKETS = 1;

    private final JsonParser json;

    TextReader(JsonParser json) throws MalformedRecordException {
        this.json = json;
        advance();
    }

    boolean isOver() {
        return json.currentToken() == null;
    }

    private interface Value<T> {
        T of(JsonParser json) throws IOException;
    }

    private <T> T value(boolean fits, Value<T> value) throws MalformedRecordException {
        if (!fits) {
            throw new MalformedRecordException("a value of another kind");
        }
        try {
            T read = value.of(json);
            advance();
            return read;
        } catch (IOException malformed) {
            throw new MalformedRecordException("a value that can't be read");
        }
    }

    private void advance() throws MalformedRecordException {
        try {
            var unused = json.nextToken();
        } catch (IOException malformed) {
            throw new MalformedRecordException("is no JSON");
        }
    }

    private boolean at(JsonToken token) {
        return json.currentToken() == token;
    }

    @Override
    public String text() throws MalformedRecordException {
        return value(at(JsonToken.VALUE_STRING), JsonParser::getText);
    }

    @Override
    public long number() throws MalformedRecordException {
        return value(at(JsonToken.VALUE_NUMBER_INT), JsonParser::getLongValue);
    }

    @Override
    public boolean flag() throws MalformedRecordException {
        return value(at(JsonToken.VALUE_TRUE) || at(JsonToken.VALUE_FALSE), JsonParser::getBooleanValue);
    }

    @Override
    public byte[] bytes() throws MalformedRecordException {
        return value(at(JsonToken.VALUE_STRING), JsonParser::getBinaryValue);
    }

    @Override
    public boolean present() throws MalformedRecordException {
        boolean absent = at(JsonToken.VALUE_NULL);
        if (absent) {
            advance();
        }
        return !absent;
    }

    @Override
    public void list(Item item) throws MalformedRecordException {
        enter();
        while (!isEmpty()) {
            item.read();
        }
        advance();
    }

    @Override
    public int enterRecord(int components) throws MalformedRecordException {
        if (components == 1) {
            return BARE;
        }
        enter();
        return IN_BRACKETS;
    }

    private void enter() throws MalformedRecordException {
        if (!at(JsonToken.START_ARRAY)) {
            throw new MalformedRecordException("no list");
        }
        advance();
    }

    @Override
    public boolean isEmpty() {
        return at(JsonToken.END_ARRAY);
    }

    @Override
    public void leaveRecord(int entered) throws MalformedRecordException {
        if (entered == BARE) {
            return;
        }
        while (!isEmpty()) {
            skip();
        }
        advance();
    }

    private void skip() throws MalformedRecordException {
        try {
            json.skipChildren();
        } catch (IOException malformed) {
            throw new MalformedRecordException("is no JSON");
        }
        if (isOver()) {
            throw new MalformedRecordException("ends too early");
        }
        advance();
    }
}
