package dev.portcullis.streams.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.streams.record.BacklogRow.Entry;
import org.junit.jupiter.api.Test;

class BacklogRowTest {
    private final BacklogRow row = BacklogRow.EMPTY
            .plus(new Entry(3, 100, false))
            .plus(new Entry(5, 100, true))
            .plus(new Entry(9, 200, false));

    @Test
    void rest_begins_behind_what_is_acknowledged_trimmed_or_too_old() {
        assertThat(row.after(3, 0).entries()).extracting(Entry::seq).containsExactly(5L, 9L);
        assertThat(row.after(0, 101).entries()).extracting(Entry::seq).containsExactly(9L);
        assertThat(row.after(9, 0)).isEqualTo(BacklogRow.EMPTY);
        assertThat(row.after(0, 0)).isEqualTo(row);
    }

    @Test
    void deletions_are_counted_apart_from_the_others() {
        assertThat(row.count(true)).isEqualTo(1);
        assertThat(row.count(false)).isEqualTo(2);
        assertThat(BacklogRow.EMPTY.count(true)).isZero();
    }

    @Test
    void encoded_row_is_read_again() {
        assertThat(BacklogRow.decode(row.encode())).isEqualTo(row);
        assertThat(BacklogRow.decode(null)).isEqualTo(BacklogRow.EMPTY);
    }
}
