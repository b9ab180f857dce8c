package dev.portcullis.bus.wire;

import java.util.Optional;

/** The values that hold no others. */
enum PlainShape implements Shape {
    TEXT {
        @Override
        public void write(Object value, Ink ink) {
            ink.text((String) value);
        }

        @Override
        public Object read(Source source) throws Unreadable {
            return source.text();
        }
    },
    FLAG {
        @Override
        public void write(Object value, Ink ink) {
            ink.octet((boolean) value ? 1 : 0);
        }

        @Override
        public Object read(Source source) throws Unreadable {
            return source.octet() != 0;
        }

        @Override
        public Optional<Object> unsaid() {
            return Optional.of(false);
        }
    },
    INTEGER {
        @Override
        public void write(Object value, Ink ink) {
            ink.number((int) value);
        }

        @Override
        public Object read(Source source) throws Unreadable {
            long value = source.number();
            if (value != (int) value) {
                throw new Unreadable("no int");
            }
            return (int) value;
        }
    },
    LONG {
        @Override
        public void write(Object value, Ink ink) {
            ink.number((long) value);
        }

        @Override
        public Object read(Source source) throws Unreadable {
            return source.number();
        }

        @Override
        public Optional<Object> unsaid() {
            return Optional.of(0L);
        }
    },
    BYTES {
        @Override
        public void write(Object value, Ink ink) {
            ink.bytes((byte[]) value);
        }

        @Override
        public Object read(Source source) throws Unreadable {
            return source.bytes();
        }
    }
}
