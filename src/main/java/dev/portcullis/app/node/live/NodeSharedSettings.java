package dev.portcullis.app.node.live;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.auth.account.AccountTokens;
import dev.portcullis.auth.certificate.CertificatesConfig;
import dev.portcullis.auth.token.IssuerConfig;
import dev.portcullis.broadcast.moderation.ModerationConfig;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.SettingDigest;
import dev.portcullis.cluster.SharedSetting;
import dev.portcullis.cluster.SharedSettings;
import dev.portcullis.hooks.HooksConfig;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.record.WireForm;
import dev.portcullis.rooms.Permissions;
import dev.portcullis.rooms.authorizer.AuthorizerConfig;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.StreamWindow;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings that all nodes of a cluster must share. Limits, times and sizes that concern only one node are not among
 * them: they may differ while a change is rolled out.
 */
public final class NodeSharedSettings {
    private NodeSharedSettings() {}

    public static SharedSettings of(NodeConfig config) {
        String salt = config.cluster().name();
        Map<SharedSetting, Set<String>> settings = new EnumMap<>(SharedSetting.class);
        settings.put(SharedSetting.NAME, Set.of(salt));
        settings.put(SharedSetting.LANES, Set.of(Integer.toString(Lanes.COUNT)));
        settings.put(
                SharedSetting.INTEREST,
                Set.of(Integer.toString(config.broadcast().interestBits())));
        if (config.runs(Stage.AUTH)) {
            settings.put(
                    SharedSetting.ISSUERS,
                    Stream.concat(
                                    config.auth().tokens().issuers().stream().map(IssuerConfig::parts),
                                    Stream.of(config.auth().certificates())
                                            .filter(CertificatesConfig::enabled)
                                            .map(CertificatesConfig::parts))
                            .map(parts -> SettingDigest.of(salt, parts))
                            .collect(Collectors.toSet()));
        }
        config.accountKeys().ifPresent(keys -> {
            IssuerConfig own = AccountTokens.issuer(keys, config.accounts());
            List<String> rules = List.of(
                    config.accounts().registration().id(),
                    Boolean.toString(config.accounts().mails()));
            settings.put(
                    SharedSetting.ACCOUNTS,
                    Set.of(SettingDigest.of(
                            salt,
                            Stream.concat(own.parts().stream(), rules.stream()).toList())));
        });
        if (config.runs(Stage.AUTH) || config.runs(Stage.EDGE)) {
            settings.put(SharedSetting.CSRF, Set.of(config.csrf().require().name()));
        }
        if (config.runs(Stage.ROOMS)) {
            settings.put(SharedSetting.PERMISSIONS, Set.of(SettingDigest.ofPublic(salt, parts(config.permissions()))));
            List<String> open =
                    config.rooms().open().stream().map(RoomId::value).sorted().toList();
            settings.put(SharedSetting.PUBLIC_ROOMS, Set.of(SettingDigest.ofPublic(salt, open)));
            settings.put(SharedSetting.ADDING, Set.of(config.rooms().adding().name()));
            settings.put(
                    SharedSetting.DIRECT,
                    Set.of(SettingDigest.of(salt, config.direct().parts())));
            settings.put(
                    SharedSetting.ROOM_AUTHORIZER,
                    digestOrNone(salt, config.rooms().authorizer().map(AuthorizerConfig::parts)));
        }
        if (config.runs(Stage.EDGE)) {
            settings.put(
                    SharedSetting.UPLOADS,
                    Set.of(SettingDigest.of(salt, config.uploads().parts())));
            settings.put(
                    SharedSetting.EVENTS,
                    Set.of(SettingDigest.ofPublic(
                            salt,
                            config.events().types().all().stream()
                                    .flatMap(type -> type.parts().stream())
                                    .toList())));
        }
        if (config.runs(Stage.BROADCAST)) {
            settings.put(
                    SharedSetting.MODERATION,
                    digestOrNone(salt, config.broadcast().moderation().map(ModerationConfig::parts)));
            settings.put(
                    SharedSetting.ACK_REPLICAS, Set.of(config.redis().acks().replicas() + " replicas"));
            settings.put(SharedSetting.ARCHIVE, Set.of(config.archive().kind().id()));
            settings.put(SharedSetting.WINDOW, Set.of(window(config.streams().room())));
            settings.put(
                    SharedSetting.INBOX,
                    Set.of(window(config.streams().inbox()) + ", "
                            + config.inboxes().ackPer()));
        }
        if (config.runs(Stage.ROOMS) || config.runs(Stage.BROADCAST)) {
            settings.put(
                    SharedSetting.RETENTION,
                    Set.of(SettingDigest.ofPublic(salt, config.retention().parts())));
        }
        settings.put(SharedSetting.HOOKS, digestOrNone(salt, config.hooks().map(HooksConfig::parts)));
        return new SharedSettings(WireForm.VERSION, settings);
    }

    /** A service that a node should ask or tell, and does not know, is a difference: absent is only what its stages do not need. */
    private static Set<String> digestOrNone(String salt, Optional<List<String>> parts) {
        return Set.of(parts.map(each -> SettingDigest.of(salt, each)).orElse("none"));
    }

    private static String window(StreamWindow kept) {
        return kept.entries() + " entries, " + kept.ageMs() + " ms";
    }

    private static List<String> parts(Permissions permissions) {
        return permissions.rows().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(row -> row.getKey() + "="
                        + row.getValue().stream().sorted().map(Enum::name).collect(Collectors.joining(",")))
                .toList();
    }
}
