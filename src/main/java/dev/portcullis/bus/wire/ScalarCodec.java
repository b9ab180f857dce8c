package dev.portcullis.bus.wire;

import java.util.Optional;

/** Values that hold no others. */
enum ScalarCodec implements TypeCodec {
    TEXT {
        @Override
        public void write(Object value, WireWriter writer) {
            writer.text((String) value);
        }

        @Override
        public Object read(WireReader reader) throws MalformedWireException {
            return reader.text();
        }
    },
    FLAG {
        @Override
        public void write(Object value, WireWriter writer) {
            writer.octet((boolean) value ? 1 : 0);
        }

        @Override
        public Object read(WireReader reader) throws MalformedWireException {
            return reader.octet() != 0;
        }

        @Override
        public Optional<Object> whenAbsent() {
            return Optional.of(false);
        }
    },
    INTEGER {
        @Override
        public void write(Object value, WireWriter writer) {
            writer.number((int) value);
        }

        @Override
        public Object read(WireReader reader) throws MalformedWireException {
            long value = reader.number();
            if (value != (int) value) {
                throw new MalformedWireException("not an int");
            }
            return (int) value;
        }
    },
    LONG {
        @Override
        public void write(Object value, WireWriter writer) {
            writer.number((long) value);
        }

        @Override
        public Object read(WireReader reader) throws MalformedWireException {
            return reader.number();
        }

        @Override
        public Optional<Object> whenAbsent() {
            return Optional.of(0L);
        }
    },
    BYTES {
        @Override
        public void write(Object value, WireWriter writer) {
            writer.bytes((byte[]) value);
        }

        @Override
        public Object read(WireReader reader) throws MalformedWireException {
            return reader.bytes();
        }
    }
}
