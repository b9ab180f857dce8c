package dev.portcullis.uploads.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadTicketTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void ticket_is_read_as_it_was_drawn() {
        UploadTicket ticket = UploadTicket.draw(RANDOM);

        assertThat(UploadTicket.parse(ticket.text())).contains(ticket);
        assertThat(Base64.getUrlDecoder().decode(ticket.secret())).hasSize(32);
    }

    @Test
    void tickets_have_nothing_in_common() {
        Set<String> drawn = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            UploadTicket ticket = UploadTicket.draw(RANDOM);
            drawn.add(ticket.secret());
            drawn.add(ticket.file().value());
        }

        assertThat(drawn).hasSize(2_000);
    }

    @Test
    void ticket_prints_neither_its_secret_nor_its_hash() {
        UploadTicket ticket = UploadTicket.draw(RANDOM);

        assertThat(ticket.toString()).doesNotContain(ticket.secret()).doesNotContain(ticket.hash());
        assertThat(ticket.hash()).isNotEqualTo(ticket.secret()).hasSize(43);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0123456789abcdef0123456789abcdef",
                "0123456789ABCDEF0123456789abcdefAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "0123456789abcdef0123456789abcdefAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
                "0123456789abcdef0123456789abcdefAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "../3456789abcdef0123456789abcdefAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void text_of_another_form_is_no_ticket(String text) {
        assertThat(UploadTicket.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdeg"})
    void text_of_another_form_is_no_file_id(String text) {
        assertThat(FileId.parse(text)).isEmpty();
        assertThatThrownBy(() -> new FileId(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
