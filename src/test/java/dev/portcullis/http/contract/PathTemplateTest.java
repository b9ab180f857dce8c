package dev.portcullis.http.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {
    private final PathTemplate template =
            PathTemplate.parse("/api/rooms/{room}/members/{user}").orElseThrow();

    @Test
    void values_are_the_segments_as_they_were_sent() {
        assertThat(template.match("/api/rooms/lobby/members/ann@x.y|z+1")).contains(List.of("lobby", "ann@x.y|z+1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/rooms/lobby/members",
                "/api/rooms/lobby/members/",
                "/api/rooms/lobby/members/ann/",
                "/api/rooms/lobby/members/ann/x",
                "/api/rooms//members/ann",
                "//api/rooms/lobby/members/ann",
                "/api/Rooms/lobby/members/ann",
                "/api/rooms/../members/ann",
                "/api/rooms/./members/ann",
                "/api/rooms/%2e%2e/members/ann",
                "/api/rooms/lobby%2fx/members/ann",
                "/api/rooms/lobby;v=1/members/ann",
                "/api/rooms/lobby;/members/ann",
                "/api/rooms/lob by/members/ann",
                "/api/rooms/lobby/members/\u00e9",
                "xapi/rooms/lobby/members/ann",
                "",
                "/",
                "*"
            })
    void path_that_is_not_made_of_plain_segments_does_not_match(String path) {
        assertThat(template.match(path)).isEmpty();
    }
}
