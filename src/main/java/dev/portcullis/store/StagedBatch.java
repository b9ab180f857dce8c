package dev.portcullis.store;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The writes of one step on top of those of its group; thrown away if the step fails. */
final class StagedBatch implements Batch {
    private final Reader committed;
    private final Map<Place, Optional<byte[]>> group;
    private final Map<Place, Optional<byte[]>> own = new LinkedHashMap<>();

    StagedBatch(Reader committed, Map<Place, Optional<byte[]>> group) {
        this.committed = committed;
        this.group = group;
    }

    @Override
    @SuppressWarnings("OptionalAssignedToNull") // absent from the map means: not written in this group
    public byte @Nullable [] get(Table table, byte[] key) {
        Place place = new Place(table, key);
        Optional<byte[]> written = own.get(place);
        if (written == null) {
            written = group.get(place);
        }
        return written == null ? committed.get(table, key) : written.orElse(null);
    }

    @Override
    public void put(Table table, byte[] key, byte[] value) {
        own.put(new Place(table, key), Optional.of(value));
    }

    @Override
    public void delete(Table table, byte[] key) {
        own.put(new Place(table, key), Optional.empty());
    }

    void join() {
        group.putAll(own);
    }

    /** A key within a table, comparable by content. */
    static final class Place {
        private final Table table;
        private final byte[] key;
        private final int hash;

        Place(Table table, byte[] key) {
            this.table = table;
            this.key = key;
            this.hash = 31 * System.identityHashCode(table) + Arrays.hashCode(key);
        }

        Table table() {
            return table;
        }

        byte[] key() {
            return key;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Place place && place.table == table && Arrays.equals(place.key, key);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
