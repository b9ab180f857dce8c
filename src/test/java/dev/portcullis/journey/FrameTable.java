package dev.portcullis.journey;

import dev.portcullis.protocol.FrameType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What every frame is answered, by the standing of who sends it: the type of the answer, the reason of the refusal, or
 * {@code silent}; the scope of the limit that it meets first when every limit is low; and what it leaves for those who resume.
 * The room is private; edits, deletions and removals are of other members, and direct messages go to a member.
 */
final class FrameTable {
    private static final String LEAVES_NOTHING = "-";

    private static final String ROWS = """
            type             unverified      stranger        member          joined          muted           removed         moderator       owner           admin           limit      leaves
            auth             conflict        conflict        conflict        conflict        conflict        conflict        conflict        conflict        conflict        user       -
            token_refresh    token_refreshed token_refreshed token_refreshed token_refreshed token_refreshed token_refreshed token_refreshed token_refreshed token_refreshed user       -
            join             joined          not_member      joined          joined          joined          not_member      joined          joined          joined          action     -
            leave            left            left            left            left            left            left            left            left            left            connection -
            chat             forbidden       not_member      not_member      ack             forbidden       not_member      ack             ack             ack             user       chat
            chat_message     forbidden       forbidden       ack             ack             ack             forbidden       ack             ack             ack             user       inbox
            edit_message     forbidden       not_member      not_member      forbidden       forbidden       not_member      forbidden       forbidden       forbidden       user       message_edited
            delete_message   forbidden       not_member      not_member      forbidden       forbidden       not_member      ack             ack             ack             user       message_deleted
            typing_indicator forbidden       not_member      not_member      silent          forbidden       not_member      silent          silent          silent          action     -
            read             silent          not_member      not_member      silent          silent          not_member      silent          silent          silent          action     -
            history          history         not_member      history         history         history         not_member      history         history         history         action     -
            search           search          search          search          search          search          search          search          search          search          action     -
            presence         presence        not_member      presence        presence        presence        not_member      presence        presence        presence        user       -
            remove_user      forbidden       not_member      forbidden       forbidden       forbidden       not_member      ack             ack             ack             action     member_removed
            system_broadcast forbidden       forbidden       forbidden       forbidden       forbidden       forbidden       forbidden       forbidden       ack             action     -
            ack              silent          silent          silent          silent          silent          silent          silent          silent          silent          connection -
            file_upload      forbidden       not_member      not_member      upload_ticket   forbidden       not_member      upload_ticket   upload_ticket   upload_ticket   action     -
            event            forbidden       not_member      not_member      ack             forbidden       not_member      ack             ack             ack             user       event
            ping             pong            pong            pong            pong            pong            pong            pong            pong            pong            connection -
            health-check     health-check    health-check    health-check    health-check    health-check    health-check    health-check    health-check    health-check    connection -
            """;

    private FrameTable() {}

    /** How a user stands to the room. */
    enum Standing {
        STRANGER,
        /** Was made a member, and their token says that their address is not verified. */
        UNVERIFIED,
        /** Has not joined on this connection. */
        MEMBER,
        JOINED,
        MUTED,
        /** Had joined before. */
        REMOVED,
        MODERATOR,
        OWNER,
        /** By the token, without a membership. */
        ADMIN;

        boolean joins() {
            return this != STRANGER && this != MEMBER && this != REMOVED;
        }

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param leaves the entry that members find who resume the room; {@code inbox} for one of the recipient's inbox */
    record Row(Map<Standing, String> answers, String limit, List<String> leaves) {}

    static Map<String, Row> rows() {
        List<List<String>> lines =
                ROWS.lines().map(line -> List.of(line.trim().split(" +", -1))).toList();
        List<String> columns = lines.get(0);
        return lines.stream()
                .skip(1)
                .collect(Collectors.toMap(
                        line -> line.get(0), line -> row(columns, line), (one, other) -> one, TreeMap::new));
    }

    static Row row(FrameType type) {
        return rows().get(type.id());
    }

    static Map<String, String> answers(Standing standing) {
        Map<String, String> answers = new TreeMap<>();
        rows().forEach((type, row) -> answers.put(type, row.answers().get(standing)));
        return answers;
    }

    private static Row row(List<String> columns, List<String> line) {
        Map<Standing, String> answers = new EnumMap<>(Standing.class);
        Arrays.stream(Standing.values())
                .forEach(standing -> answers.put(standing, line.get(columns.indexOf(standing.id()))));
        String leaves = line.get(columns.indexOf("leaves"));
        return new Row(
                answers,
                line.get(columns.indexOf("limit")),
                leaves.equals(LEAVES_NOTHING) ? List.of() : List.of(leaves));
    }
}
