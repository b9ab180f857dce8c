package dev.portcullis.app;

import dev.portcullis.bus.Stage;
import dev.portcullis.http.OriginConfig;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.StoreConfig.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a configuration leaves open, so that the start can say it.
 *
 * @param missingOrigin connections without an {@code Origin} pass, with or without a bearer token
 * @param plainText connections without TLS pass
 * @param devSecret tokens are signed with a secret that everybody can read
 * @param temporaryStore what was said is gone after the end
 * @param plainRedis who sees the network on the way to Redis reads what is stored
 * @param openMembers who reaches the port of Hazelcast is a node of the cluster
 */
public record LeftOpen(
        boolean missingOrigin,
        boolean plainText,
        boolean devSecret,
        List<RoomId> publicRooms,
        boolean temporaryStore,
        boolean plainRedis,
        boolean openMembers) {

    private static final String DEV_SECRET = "dev-only-";

    public LeftOpen {
        publicRooms = List.copyOf(publicRooms);
    }

    static LeftOpen by(NodeConfig config) {
        return new LeftOpen(
                config.runs(Stage.EDGE) && config.origin().missing() == OriginConfig.Missing.ALLOW,
                config.runs(Stage.EDGE) && !config.tls().required(),
                config.auth().issuers().stream()
                        .anyMatch(issuer -> issuer.secret().reveal().startsWith(DEV_SECRET)),
                config.rooms().open().stream()
                        .sorted(Comparator.comparing(RoomId::value))
                        .toList(),
                config.store().kind() == Kind.EMBEDDED && config.store().path().isEmpty(),
                config.usesRedis() && config.store().redis().isOpenRoad(),
                config.cluster().enabled() && config.cluster().reachesBeyondThisMachine());
    }

    List<String> words() {
        String names = publicRooms.stream().map(RoomId::value).collect(Collectors.joining(", "));
        List<String> words = new ArrayList<>();
        add(words, plainText, "no TLS needed");
        add(words, missingOrigin, "no Origin needed");
        add(words, devSecret, "a dev-only secret");
        add(words, !publicRooms.isEmpty(), "public rooms (" + names + ")");
        add(words, temporaryStore, "a store that is deleted at the end");
        add(words, plainRedis, "Redis in plain text");
        add(words, openMembers, "Hazelcast to whoever reaches cluster.port");
        return words;
    }

    private static void add(List<String> words, boolean open, String word) {
        if (open) {
            words.add(word);
        }
    }
}
