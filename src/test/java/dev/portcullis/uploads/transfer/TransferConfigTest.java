package dev.portcullis.uploads.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransferConfigTest {
    @Test
    void deadline_grows_with_the_file() {
        TransferConfig config = new TransferConfig(1_000, 16_384, 10_000);

        assertThat(config.deadlineMs(0)).isEqualTo(1_000);
        assertThat(config.deadlineMs(16_384)).isEqualTo(2_000);
        assertThat(config.deadlineMs(8_192)).isEqualTo(1_500);
        assertThat(config.deadlineMs(5L << 30)).isEqualTo(1_000 + 327_680_000L);
    }
}
