package dev.portcullis.streams.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogRowTest {
    private final BacklogRow row = BacklogRow.EMPTY.plus(3, 100).plus(5, 100).plus(9, 200);

    @Test
    void rest_has_neither_what_was_acknowledged_nor_what_is_too_old() {
        assertThat(row.after(3, 0).entries()).extracting(BacklogRow.Entry::seq).containsExactly(5L, 9L);
        assertThat(row.after(0, 101).entries())
                .extracting(BacklogRow.Entry::seq)
                .containsExactly(9L);
        assertThat(row.after(9, 0)).isEqualTo(BacklogRow.EMPTY);
        assertThat(row.after(0, 0)).isEqualTo(row);
    }

    @Test
    void entry_is_taken_out_if_it_is_there() {
        assertThat(row.without(5).entries()).extracting(BacklogRow.Entry::seq).containsExactly(3L, 9L);
        assertThat(row.without(4)).isEqualTo(row);
        assertThat(row.withoutNewest().entries())
                .extracting(BacklogRow.Entry::seq)
                .containsExactly(3L, 5L);
        assertThat(BacklogRow.EMPTY.withoutNewest()).isEqualTo(BacklogRow.EMPTY);
    }

    @Test
    void row_is_read_as_it_was_written() {
        assertThat(BacklogRow.decode(row.encode())).isEqualTo(row);
        assertThat(BacklogRow.decode(null)).isEqualTo(BacklogRow.EMPTY);
    }
}
