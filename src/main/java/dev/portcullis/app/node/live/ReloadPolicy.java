package dev.portcullis.app.node.live;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Secret;
import dev.portcullis.config.SettingChange;
import dev.portcullis.events.EventType;
import dev.portcullis.hooks.HooksConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides whether a configuration can take the place of the one that a node runs with. */
final class ReloadPolicy {
    private static final String RESTART = "restart the node, or put the old value back";

    private static final String SECRET_OF_ACCOUNTS = "accounts.secret";

    private ReloadPolicy() {}

    /** The keys that need a restart. Where there is one, nothing of the new configuration comes in force. */
    static List<Problem> needRestart(NodeConfig inForce, NodeConfig next, List<SettingChange> changes) {
        List<Problem> problems = new ArrayList<>();
        boolean sameOfAccounts = secretOfAccounts(next).equals(secretOfAccounts(inForce));
        changes.stream()
                .filter(change -> !LiveKeys.isLive(change))
                .filter(change -> !(sameOfAccounts && change.isIn(SECRET_OF_ACCOUNTS)))
                .forEach(change -> problems.add(changed(change.path(), "has changed")));
        if (!sameOfAccounts && changes.stream().noneMatch(change -> change.isIn("accounts"))) {
            // The running node would keep the keys of its start, and the next start would refuse every password.
            problems.add(new Problem(
                    SECRET_OF_ACCOUNTS,
                    "is that of the first of auth.issuers with a secret, which has changed: after a restart no password would fit",
                    "write here the secret that it was"));
        }
        if (next.tls().certificate().isPresent() != inForce.tls().certificate().isPresent()) {
            problems.add(changed("tls.certificate", "is new or gone"));
        }
        if (isTold(next) != isTold(inForce)) {
            problems.add(changed("hooks.http.url", "is new or gone"));
        }
        if (!definitions(next).equals(definitions(inForce))
                && changes.stream().noneMatch(change -> change.isIn("events"))) {
            problems.add(changed("events", "names a file that holds something else now"));
        }
        return List.copyOf(problems);
    }

    private static Problem changed(String key, String what) {
        return new Problem(key, what + ", which a running node can't follow", RESTART);
    }

    /** Where users have passwords here. */
    private static Optional<Secret> secretOfAccounts(NodeConfig config) {
        return config.accounts().enabled()
                ? config.accounts().secretOr(config.auth().tokens().issuers())
                : Optional.empty();
    }

    private static boolean isTold(NodeConfig config) {
        return config.hooks().flatMap(HooksConfig::http).isPresent();
    }

    private static List<List<String>> definitions(NodeConfig config) {
        return config.events().types().all().stream().map(EventType::parts).toList();
    }
}
