package dev.portcullis.store.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Permit;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteSetTest {
    private static final RowKey ROW = RowKey.of("t", "row");
    private static final RowKey OTHER = RowKey.of("t", "other");

    @Test
    void writes_joined_with_none_are_not_copied() {
        WriteSet writes = WriteSet.of(ROW, "1").add(OTHER, 2);
        assertThat(writes.and(WriteSet.NONE)).isSameAs(writes);
        assertThat(WriteSet.NONE.and(writes)).isSameAs(writes);
    }

    @Test
    void permit_without_writes_has_none() {
        assertThat(WriteSet.of(new Permit(List.of(), List.of(), List.of()))).isSameAs(WriteSet.NONE);
    }

    @Test
    void later_writes_of_a_row_replace_earlier_ones() {
        WriteSet joined = WriteSet.NONE.putFor(ROW, "1", 9).and(WriteSet.of(ROW, "2"));
        assertThat(joined).isEqualTo(WriteSet.of(ROW, "2"));
    }

    /** The row on which the others depend is none of the whole. */
    @Test
    void joined_writes_depend_on_the_absent_row_of_the_first_alone() {
        WriteSet writes = WriteSet.of(ROW, "1");
        assertThat(WriteSet.NONE.and(writes.unless(OTHER))).isEqualTo(writes);
        assertThat(writes.unless(OTHER).and(WriteSet.NONE)).isEqualTo(writes.unless(OTHER));
        assertThat(WriteSet.NONE.unless(OTHER).and(writes)).isEqualTo(writes.unless(OTHER));
    }
}
