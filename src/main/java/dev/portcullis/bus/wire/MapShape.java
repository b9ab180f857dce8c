package dev.portcullis.bus.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Keys and their values. */
record MapShape(Shape key, Shape value) implements Shape {
    @Override
    public void write(Object map, Ink ink) {
        Map<?, ?> all = (Map<?, ?>) map;
        ink.count(all.size());
        all.forEach((each, to) -> {
            key.write(each, ink);
            value.write(to, ink);
        });
    }

    @Override
    public Object read(Source source) throws Unreadable {
        int size = source.size();
        Map<Object, Object> all = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            all.put(key.read(source), value.read(source));
        }
        return Collections.unmodifiableMap(all);
    }

    @Override
    public Optional<Object> unsaid() {
        return Optional.of(Map.of());
    }
}
