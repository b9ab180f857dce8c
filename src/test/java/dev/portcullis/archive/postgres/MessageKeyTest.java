package dev.portcullis.archive.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back as another text than it was is no UUID here. */
class MessageKeyTest {
    private static final String ID = "0190163d-8694-739b-aea5-966c26f8ad91";

    @Test
    void id_of_ours_is_stored_as_a_uuid() {
        assertThat(MessageKey.of(ID)).isEqualTo(new MessageKey(Optional.of(UUID.fromString(ID)), Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "order-17",
                "0190163D-8694-739B-AEA5-966C26F8AD91",
                "0190163d-8694-739b-aea5-966c26f8ad9",
                "0190163d-8694-739b-aea5-966c26f8ad911",
                "0190163d-8694-739b-aea5-966c26f8ad9g",
                "0190163d+8694-739b-aea5-966c26f8ad91",
                "0190163d--694-739b-aea5-966c26f8ad91",
                "0190163d08694-739b-aea5-966c26f8ad91",
                "٠190163d-8694-739b-aea5-966c26f8ad91"
            })
    void id_of_any_other_form_is_stored_as_its_text(String id) {
        assertThat(MessageKey.of(id)).isEqualTo(new MessageKey(Optional.empty(), Optional.of(id)));
    }
}
