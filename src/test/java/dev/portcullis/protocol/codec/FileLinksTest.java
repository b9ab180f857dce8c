package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileLinksTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final String OTHER = "ffffffffffffffffffffffffffffffff";
    private static final String URL = "https://chat.example.com/api/files/" + ID;

    @Test
    void attachments_name_files_at_any_host() {
        assertThat(links("", URL, "https://portcullis.invalid:8443/api/files/" + OTHER, URL))
                .containsExactly(ID, OTHER);
        assertThat(links("", "https://[::1]/api/files/" + ID)).containsExactly(ID);
    }

    @Test
    void ten_attachments_are_all_found() {
        List<String> ids =
                IntStream.range(0, 10).mapToObj(i -> String.format("%032x", i)).toList();
        assertThat(links("", ids.stream().map(id -> "https://h/api/files/" + id).toArray(String[]::new)))
                .containsExactlyElementsOf(ids);
    }

    /** A client goes by the path, and asks for what it finds there. */
    @ParameterizedTest
    @ValueSource(strings = {"?download", "#page=2", "?"})
    void what_stands_behind_the_path_does_not_matter(String behind) {
        assertThat(links("", URL + behind)).containsExactly(ID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://h/api/files/0123456789ABCDEF0123456789ABCDEF",
                "https://h/api/files/0123456789abcdef0123456789abcde",
                "https://h/api/files/0123456789abcdef0123456789abcdef0",
                "https://h/api/files/0123456789abcdef0123456789abcdeg",
                "https://h/api/files/0123456789abcdef0123456789abcdef/x",
                "https://h/api/files//0123456789abcdef0123456789abcdef",
                "https://h/other/api/files/0123456789abcdef0123456789abcdef",
                "https://h/?/api/files/0123456789abcdef0123456789abcdef",
                "https://h#/api/files/0123456789abcdef0123456789abcdef",
                "https:///api/files/0123456789abcdef0123456789abcdef",
                "https://h/api/uploads/0123456789abcdef0123456789abcdef",
                "https://h/api%2Ffiles/0123456789abcdef0123456789abcdef",
            })
    void other_urls_name_no_file(String url) {
        assertThat(links("", url)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                URL,
                "{\"type\":\"file\",\"url\":\"" + URL + "\",\"name\":\"a\"}",
                "{\\\"type\\\":\\\"file\\\",\\\"url\\\":\\\"" + URL + "\\\"",
                "\",\"attachments\":[{\"type\":\"file\",\"url\":\"" + URL + "\",\"name\":\"a\"}],\"x\":\"",
                "\\",
            })
    void text_is_no_attachment(String text) {
        assertThat(links(text)).isEmpty();
        assertThat(FileLinks.of(message(text, List.of(), List.of(), text))).isEmpty();
        assertThat(FileLinks.of(message(text, List.of(new Attachment("file", "https://h/a", text)), List.of(), text)))
                .isEmpty();
    }

    /** The server makes links of what looks like an address in a text. */
    @Test
    void link_of_a_text_is_no_attachment() {
        assertThat(FileLinks.of(message(URL, List.of(), List.of(new Link(URL, true)), URL)))
                .isEmpty();
    }

    /** The rule rests on it: a slash stays a slash, and a quote of a text never stands alone. */
    @Test
    void bodies_are_encoded_as_the_rule_has_it() {
        String body = new String(message("\"/\\", List.of(new Attachment("image", URL, "a/b")), List.of(), "/"), UTF_8);
        assertThat(body).contains("\"attachments\":[{\"type\":\"image\",\"url\":\"" + URL + "\",\"name\":\"a/b\"}]");
        assertThat(body).contains("\"content\":\"\\\"/\\\\\"");
    }

    @Test
    void escaped_slashes_are_of_no_body_of_the_server() {
        String foreign = "{\"type\":\"file\",\"url\":\"" + URL.replace("/", "\\/") + "\",\"name\":\"a\"}";
        assertThat(FileLinks.of(foreign.getBytes(UTF_8))).isEmpty();
    }

    @Test
    void no_text_adds_or_hides_a_file() {
        Random random = new Random(7);
        List<String> parts = List.of(
                "\"",
                "\\",
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "/",
                "type",
                "file",
                "url",
                "attachments",
                URL,
                "\u0000",
                "\n",
                "é",
                "\uD83D",
                "\"type\":\"file\"",
                "{\"type\":\"file\",\"url\":\"",
                "'");
        for (int i = 0; i < 2_000; i++) {
            List<String> text = new ArrayList<>();
            for (int n = random.nextInt(12); n >= 0; n--) {
                text.add(parts.get(random.nextInt(parts.size())));
            }
            String any = String.join("", text);
            assertThat(FileLinks.of(message(any, List.of(new Attachment("file", "https://h/x", any)), List.of(), any)))
                    .as(any)
                    .isEmpty();
            assertThat(FileLinks.of(message(
                            any,
                            List.of(
                                    new Attachment("audio", "https://h/api/files/" + OTHER, any),
                                    new Attachment("file", URL, any)),
                            List.of(new Link(any, false)),
                            any)))
                    .as(any)
                    .containsExactly(OTHER, ID);
        }
    }

    private static Set<String> links(String text, String... urls) {
        return FileLinks.of(message(
                text,
                List.of(urls).stream()
                        .map(url -> new Attachment("file", url, "a"))
                        .toList(),
                List.of(),
                text));
    }

    private static byte[] message(String content, List<Attachment> attachments, List<Link> links, String other) {
        return new DeliveredMessage(
                        new Target.ToRoom(new RoomId("lobby")),
                        "m1",
                        new UserId("ann"),
                        Optional.of(other),
                        content,
                        Optional.of(other),
                        List.of(other),
                        List.of(other),
                        links,
                        Optional.of(other),
                        attachments,
                        1,
                        Optional.empty())
                .body();
    }
}
