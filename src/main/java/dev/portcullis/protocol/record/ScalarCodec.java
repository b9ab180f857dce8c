package dev.portcullis.protocol.record;

import java.util.Optional;

/** Values that hold no others. */
enum ScalarCodec implements TypeCodec {
    TEXT {
        @Override
        public void write(Object value, RecordWriter writer) {
            writer.text((String) value);
        }

        @Override
        public Object read(RecordReader reader) throws MalformedRecordException {
            return reader.text();
        }
    },
    FLAG {
        @Override
        public void write(Object value, RecordWriter writer) {
            writer.flag((boolean) value);
        }

        @Override
        public Object read(RecordReader reader) throws MalformedRecordException {
            return reader.flag();
        }

        @Override
        public Optional<Object> whenAbsent() {
            return Optional.of(false);
        }
    },
    INTEGER {
        @Override
        public void write(Object value, RecordWriter writer) {
            writer.number((int) value);
        }

        @Override
        public Object read(RecordReader reader) throws MalformedRecordException {
            long value = reader.number();
            if (value != (int) value) {
                throw new MalformedRecordException("not an int");
            }
            return (int) value;
        }
    },
    LONG {
        @Override
        public void write(Object value, RecordWriter writer) {
            writer.number((long) value);
        }

        @Override
        public Object read(RecordReader reader) throws MalformedRecordException {
            return reader.number();
        }

        @Override
        public Optional<Object> whenAbsent() {
            return Optional.of(0L);
        }
    },
    BYTES {
        @Override
        public void write(Object value, RecordWriter writer) {
            writer.bytes((byte[]) value);
        }

        @Override
        public Object read(RecordReader reader) throws MalformedRecordException {
            return reader.bytes();
        }
    }
}
