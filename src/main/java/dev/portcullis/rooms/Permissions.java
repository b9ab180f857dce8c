package dev.portcullis.rooms;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.RoomRole;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table {@code permissions}: which actions each role permits. Each row is complete; no role inherits another's. */
public record Permissions(Map<RoomRole, Set<RoomAction>> rows) {
    private static final Pattern ROLES =
            Pattern.compile(Stream.of(RoomRole.values()).map(RoomRole::id).collect(Collectors.joining("|")));

    /** The actions of unverified users, who may only read. */
    private static final Set<RoomAction> UNVERIFIED =
            EnumSet.of(RoomAction.JOIN, RoomAction.LEAVE, RoomAction.HISTORY, RoomAction.PRESENCE, RoomAction.READ);

    private static final Set<RoomAction> MEMBERS = EnumSet.of(
            RoomAction.JOIN,
            RoomAction.LEAVE,
            RoomAction.CHAT,
            RoomAction.HISTORY,
            RoomAction.PRESENCE,
            RoomAction.TYPING_INDICATOR,
            RoomAction.READ,
            RoomAction.CHAT_MESSAGE,
            RoomAction.EDIT_MESSAGE,
            RoomAction.DELETE_MESSAGE,
            RoomAction.FILE_UPLOAD,
            RoomAction.EVENT,
            RoomAction.CREATE_ROOM);
    private static final Set<RoomAction> MODERATORS = with(
            MEMBERS, RoomAction.REMOVE_USER, RoomAction.DELETE_OTHERS, RoomAction.MUTE_USER, RoomAction.CHANGE_MEMBERS);
    private static final Set<RoomAction> OWNERS =
            with(MODERATORS, RoomAction.CHANGE_ROLES, RoomAction.UPDATE_ROOM, RoomAction.DELETE_ROOM);

    /** Every action that a role can be granted. Actions on the user's own connection need no grant. */
    private static final Set<RoomAction> ALL = RoomAction.grantable();

    /** The rows of roles that the configuration does not name. */
    public static final Permissions DEFAULT = new Permissions(Map.of(
            RoomRole.UNVERIFIED, UNVERIFIED,
            RoomRole.MEMBER, MEMBERS,
            RoomRole.MODERATOR, MODERATORS,
            RoomRole.OWNER, OWNERS,
            RoomRole.ADMIN, ALL));

    public Permissions {
        Map<RoomRole, Set<RoomAction>> copies = new EnumMap<>(RoomRole.class);
        rows.forEach((role, actions) -> copies.put(role, Set.copyOf(actions)));
        rows = Map.copyOf(copies);
    }

    /** @param root the root of the configuration, which has the table */
    public static Permissions read(Section root) {
        Map<String, List<String>> table = root.basic()
                .table(
                        "permissions",
                        DEFAULT.ids(),
                        ROLES,
                        "object of lists of actions",
                        "which actions each role permits: a row replaces that role's default as a whole, other rows stay",
                        Permissions::texts);
        Map<RoomRole, Set<RoomAction>> rows = new EnumMap<>(DEFAULT.rows);
        table.forEach((id, actions) -> RoomRole.of(id).ifPresent(role -> rows.put(role, actions(root, id, actions))));
        return new Permissions(rows);
    }

    boolean permits(RoomRole role, RoomAction action) {
        if (action.isOfVerified()) {
            return role != RoomRole.UNVERIFIED;
        }
        return rows.getOrDefault(role, Set.of()).contains(action);
    }

    private static Set<RoomAction> actions(Section root, String role, List<String> ids) {
        Set<RoomAction> actions = EnumSet.noneOf(RoomAction.class);
        for (String id : ids) {
            RoomAction.of(id)
                    .ifPresentOrElse(
                            actions::add,
                            () -> root.problem(
                                    "permissions." + role,
                                    "names " + id + ", which is no action that can be granted",
                                    "actions are " + String.join(", ", ids(ALL))));
        }
        return actions;
    }

    private static Optional<List<String>> texts(Object row) {
        if (!(row instanceof List<?> items)) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        for (Object item : items) {
            if (!(item instanceof String text)) {
                return Optional.empty();
            }
            texts.add(text);
        }
        return Optional.of(List.copyOf(texts));
    }

    private Map<String, List<String>> ids() {
        Map<String, List<String>> ids = new LinkedHashMap<>();
        for (RoomRole role : RoomRole.values()) {
            ids.put(role.id(), ids(rows.getOrDefault(role, Set.of())));
        }
        return ids;
    }

    private static List<String> ids(Collection<RoomAction> actions) {
        return actions.stream().sorted().map(RoomAction::id).toList();
    }

    private static Set<RoomAction> with(Set<RoomAction> some, RoomAction... more) {
        Set<RoomAction> all = EnumSet.copyOf(some);
        all.addAll(List.of(more));
        return all;
    }
}
