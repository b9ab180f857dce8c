package dev.portcullis.uploads.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WritePartsTest {
    @Test
    void bytes_that_come_one_by_one_are_written_in_large_parts() {
        WriteParts parts = new WriteParts();
        List<Integer> written = new ArrayList<>();
        for (int i = 0; i < 3 * WriteParts.BYTES + 5; i++) {
            parts.add(Buffer.buffer(new byte[1])).ifPresent(part -> written.add(part.length()));
        }
        parts.rest().ifPresent(part -> written.add(part.length()));

        assertThat(written).containsExactly(WriteParts.BYTES, WriteParts.BYTES, WriteParts.BYTES, 5);
        assertThat(parts.rest()).isEmpty();
    }

    @Test
    void parts_are_what_was_added_in_its_order() {
        Random random = new Random(5);
        WriteParts parts = new WriteParts();
        Buffer added = Buffer.buffer();
        Buffer written = Buffer.buffer();
        for (int i = 0; i < 200; i++) {
            byte[] chunk = new byte[random.nextInt(3_000)];
            random.nextBytes(chunk);
            added.appendBytes(chunk);
            parts.add(Buffer.buffer(chunk)).ifPresent(written::appendBuffer);
        }
        parts.rest().ifPresent(written::appendBuffer);

        assertThat(written).isEqualTo(added);
    }
}
