package dev.portcullis.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameScanTest {
    private final FrameScan scan = new FrameScan();

    @Test
    void chat_with_fields_in_any_order_reads_like_json() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            long seq = random.nextLong(1L << 50);
            long stamp = random.nextLong(1L << 60);
            String text = shuffled(random, seq, stamp).encode();

            assertThat(scan(text)).as("seed %d: %s", seed, text).isEqualTo(FrameScan.Kind.CHAT);
            assertThat(scan.seq()).as("seed %d: %s", seed, text).isEqualTo(seq);
            assertThat(scan.stamp()).as("seed %d: %s", seed, text).isEqualTo(stamp);
            assertThat(scan.hasEpoch("e-1".getBytes(StandardCharsets.US_ASCII)))
                    .as("seed %d: %s", seed, text)
                    .isTrue();
        }
    }

    @Test
    void ack_gives_its_seq_and_the_timestamp_of_its_id() {
        String id = TimestampMarker.id(123_456_789);

        assertThat(scan("{\"type\":\"ack\",\"id\":\"" + id + "\",\"roomId\":\"r\",\"epoch\":\"e\",\"seq\":7}"))
                .isEqualTo(FrameScan.Kind.ACK);
        assertThat(scan.seq()).isEqualTo(7);
        assertThat(scan.stamp()).isEqualTo(123_456_789);
    }

    @Test
    void joined_frame_with_chats_is_no_chat() {
        JsonObject chat = shuffled(new Random(1), 4, 5);

        assertThat(scan(new JsonObject()
                        .put("messages", new JsonArray().add(chat))
                        .put("type", "joined")
                        .encode()))
                .isEqualTo(FrameScan.Kind.OTHER);
    }

    @Test
    void invalid_text_is_other_without_an_exception() {
        for (String invalid :
                List.of("", "{", "\"", "{\"type", "{\"type\":\"cha", "{\"seq\":", "\"\\", "]]]]", "{\"a\":\"\\")) {
            assertThat(scan(invalid)).as(invalid).isEqualTo(FrameScan.Kind.OTHER);
        }
    }

    @Test
    void address_index_is_read_where_the_content_has_room_for_it() {
        scan("{\"type\":\"chat\",\"content\":\"" + TimestampMarker.content(77, 3, 20) + "\"}");
        assertThat(scan.addressIndex()).isEqualTo(3);
        assertThat(scan.stamp()).isEqualTo(77);
        scan("{\"type\":\"chat\",\"content\":\"" + TimestampMarker.content(77, 3, 16) + "\"}");
        assertThat(scan.addressIndex()).isEqualTo(-1);
    }

    @Test
    void values_of_an_earlier_frame_are_not_read_again() {
        scan("{\"type\":\"chat\",\"seq\":9,\"epoch\":\"e\",\"content\":\"" + TimestampMarker.content(77, 3, 20)
                + "\"}");

        scan("{\"type\":\"chat\"}");

        assertThat(scan.seq()).isEqualTo(-1);
        assertThat(scan.stamp()).isEqualTo(-1);
    }

    private FrameScan.Kind scan(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return scan.scan(bytes, bytes.length);
    }

    private static JsonObject shuffled(Random random, long seq, long stamp) {
        JsonObject all = new JsonObject()
                .put("type", "chat")
                .put("roomId", "\"seq\":1,")
                .put("epoch", "e-1")
                .put("seq", seq)
                .put("content", TimestampMarker.content(stamp, 2, 40))
                .put("text", "\\\"type\":\"ack\",\"seq\":3\u00e9\ud83d\ude00\\")
                .put("links", new JsonArray().add(new JsonObject().put("seq", 5).put("content", "0000000000000000")))
                .put("nested", new JsonObject().put("type", "ack").put("epoch", "other"));
        List<String> keys = new ArrayList<>(all.fieldNames());
        Collections.shuffle(keys, random);
        JsonObject shuffled = new JsonObject();
        keys.forEach(key -> shuffled.put(key, all.getValue(key)));
        return shuffled;
    }
}
