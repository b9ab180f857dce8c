package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OfferedSubprotocolsTest {
    @Test
    void names_are_read_from_all_lines_and_stripped() {
        OfferedSubprotocols subprotocols =
                OfferedSubprotocols.from(List.of(" portcullis.v1 ,\tbearer.a", "chat.v9", ""));
        assertThat(subprotocols.names()).containsExactly("portcullis.v1", "bearer.a", "chat.v9");
        assertThat(subprotocols.tokens()).containsExactly("a");
    }

    @Test
    void our_subprotocol_is_echoed_at_any_position() {
        assertThat(OfferedSubprotocols.from(List.of("bearer.a, portcullis.v1")).echo())
                .contains("portcullis.v1");
        assertThat(OfferedSubprotocols.from(List.of("bearer.a", "portcullis.v1"))
                        .echo())
                .contains("portcullis.v1");
    }

    @Test
    void token_is_echoed_only_if_no_other_offer_is_known() {
        assertThat(OfferedSubprotocols.from(List.of("chat.v9, bearer.a, bearer.b"))
                        .echo())
                .contains("bearer.a");
        assertThat(OfferedSubprotocols.from(List.of("chat.v9")).echo()).isEmpty();
        assertThat(OfferedSubprotocols.from(List.of()).echo()).isEmpty();
    }

    @Test
    void csrf_token_is_never_echoed() {
        assertThat(OfferedSubprotocols.from(List.of("csrf.a")).echo()).isEmpty();
        assertThat(OfferedSubprotocols.from(List.of("csrf.a, portcullis.v1")).echo())
                .contains("portcullis.v1");
    }

    @Test
    void names_are_compared_exactly() {
        assertThat(OfferedSubprotocols.from(List.of("Portcullis.v1, portcullis.v10, Bearer.a"))
                        .echo())
                .isEmpty();
    }

    @Test
    void at_most_sixteen_offers_are_read() {
        String many = IntStream.range(0, 100).mapToObj(i -> "bearer." + i).collect(Collectors.joining(","));
        assertThat(OfferedSubprotocols.from(List.of(many, many)).names()).hasSize(16);
        assertThat(OfferedSubprotocols.from(List.of(",".repeat(10_000) + "bearer.a,portcullis.v1"))
                        .names())
                .as("the rest of a line is no name")
                .isEmpty();
    }
}
