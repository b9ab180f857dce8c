package dev.portcullis.app;

import dev.portcullis.auth.IssuerConfig;
import dev.portcullis.bus.Stage;
import dev.portcullis.bus.wire.WireForm;
import dev.portcullis.cluster.Fact;
import dev.portcullis.cluster.Facts;
import dev.portcullis.cluster.Fingerprint;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.rooms.Permissions;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.Append.Retention;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What this node must have in common with the others of its cluster. Limits, times and sizes that a node keeps to itself
 * are not among it: they may differ for as long as it takes to roll a change out.
 */
final class NodeFacts {
    private NodeFacts() {}

    static Facts of(NodeConfig config) {
        String salt = config.cluster().name();
        Map<Fact, Set<String>> known = new EnumMap<>(Fact.class);
        known.put(Fact.NAME, Set.of(salt));
        known.put(Fact.LANES, Set.of(Integer.toString(Lanes.COUNT)));
        known.put(Fact.INTEREST, Set.of(Integer.toString(config.broadcast().interestBits())));
        if (config.runs(Stage.AUTH)) {
            known.put(
                    Fact.ISSUERS,
                    config.auth().tokens().issuers().stream()
                            .map(issuer -> Fingerprint.of(salt, parts(issuer)))
                            .collect(Collectors.toSet()));
        }
        if (config.runs(Stage.ROOMS)) {
            known.put(Fact.PERMISSIONS, Set.of(Fingerprint.of(salt, parts(config.permissions()))));
            List<String> open =
                    config.rooms().open().stream().map(RoomId::value).sorted().toList();
            known.put(Fact.PUBLIC_ROOMS, Set.of(Fingerprint.of(salt, open)));
        }
        if (config.runs(Stage.BROADCAST)) {
            Retention room = config.streams().room();
            known.put(Fact.WINDOW, Set.of(room.entries() + " entries, " + room.ageMs() + " ms"));
        }
        return new Facts(WireForm.VERSION, known);
    }

    private static List<String> parts(IssuerConfig issuer) {
        return List.of(
                issuer.algorithms().stream().sorted().collect(Collectors.joining(",")),
                issuer.secret().reveal(),
                issuer.issuer().orElse(""),
                issuer.audience().orElse(""),
                issuer.userPrefix(),
                issuer.maxRole().name(),
                Boolean.toString(issuer.allowRooms()));
    }

    private static List<String> parts(Permissions permissions) {
        return permissions.rows().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(row -> row.getKey() + "="
                        + row.getValue().stream().sorted().map(Enum::name).collect(Collectors.joining(",")))
                .toList();
    }
}
