package dev.portcullis.streams.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeliveryRowTest {
    private static final List<Optional<String>> DEVICES =
            List.of(Optional.empty(), Optional.of("a"), Optional.of("b"), Optional.of("c"));

    /** Whatever is acknowledged in whichever order, nothing moves back, and the user is as far as their furthest device. */
    @Test
    void no_position_moves_back_and_devices_are_bounded() {
        Random random = new Random(7);
        for (int run = 0; run < 200; run++) {
            DeliveryRow row = DeliveryRow.NOTHING;
            long highest = 0;
            for (int step = 0; step < 40; step++) {
                Optional<String> device = DEVICES.get(random.nextInt(DEVICES.size()));
                long seq = random.nextLong(-3, 27);
                DeliveryRow before = row;
                row = random.nextBoolean() ? row.seen(device, step, 2) : row.acknowledgedBy(device, seq, step, 2);
                highest = Math.max(highest, row.acknowledged());
                assertThat(row.acknowledged()).isEqualTo(highest);
                assertThat(row.of(device)).isGreaterThanOrEqualTo(before.of(device));
                assertThat(row.devices()).hasSizeLessThanOrEqualTo(2);
                assertThat(DeliveryRow.decode(row.encode())).isEqualTo(row);
            }
        }
    }

    @Test
    void acknowledgement_covers_what_it_names() {
        DeliveryRow row = DeliveryRow.NOTHING.acknowledgedBy(Optional.of("a"), 5, 1, 2);
        assertThat(row.of(Optional.of("a"))).isEqualTo(5);
        assertThat(row.acknowledged()).isEqualTo(5);
        assertThat(row.within(3).of(Optional.of("a"))).isEqualTo(3);
        assertThat(row.within(3).acknowledged()).isEqualTo(3);
    }
}
