package dev.portcullis.edge.anomaly;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.edge.anomaly.NodeScores.Threshold;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig.Signatures.Mode;
import dev.portcullis.ratelimit.anomaly.AnomalyEvent;
import dev.portcullis.ratelimit.anomaly.AnomalyScore.Level;
import dev.portcullis.ratelimit.anomaly.SessionScore;
import dev.portcullis.ratelimit.anomaly.SessionScore.Raised;
import dev.portcullis.ratelimit.signature.AttackSignature;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Watches one session. Used on the event loop of its connection. */
public final class SessionWatch {
    /** They keep a session alive or give something up. */
    private static final Set<FrameType> WHILE_RESTRICTED =
            EnumSet.of(FrameType.PING, FrameType.LEAVE, FrameType.TOKEN_REFRESH);

    private final NodeScores node;
    private final UserId user;
    private final Supplier<Optional<String>> login;
    private final SessionScore score;
    private final Function<EventName, AuditEvent> about;

    SessionWatch(
            NodeScores node,
            UserId user,
            Supplier<Optional<String>> login,
            SessionScore score,
            Function<EventName, AuditEvent> about) {
        this.node = node;
        this.user = user;
        this.login = login;
        this.score = score;
        this.about = about;
    }

    /**
     * A frame was refused.
     *
     * @param frame its number within the session
     * @param isAboutUser whether it was about another user: who may write to whom can end by the act of the other one, who would
     *     have this user restricted so
     */
    public void refused(long frame, Rejection why, boolean isAboutUser) {
        AnomalyEvent.of(why)
                .filter(event -> event != AnomalyEvent.FORBIDDEN || !isAboutUser)
                .flatMap(event -> score.refused(frame, event, node.now()))
                .ifPresent(this::raised);
    }

    /**
     * Judges a frame that could be read. A signature alone refuses no frame, so the restriction that it brings begins with the
     * next one; from a hostile client nothing more is accepted.
     *
     * @param content the text of a message, if it is one
     * @param fields all other free text in it, but reasons
     * @param reasons reasons that quote the text of others, so that they only count if {@link #mayNotAct}
     * @return whether it may go on
     */
    public boolean permits(FrameType type, Optional<String> content, List<String> fields, List<String> reasons) {
        Level before = level();
        reasons.forEach(reason -> isFound(reason, node.modes().fields()));
        inspect(content, fields);
        return level() != Level.HOSTILE && (before == Level.NORMAL || WHILE_RESTRICTED.contains(type));
    }

    /**
     * A frame with these reasons was refused, since this user may not do what it asks for: a moderator quotes, and they probe.
     */
    public void mayNotAct(List<String> reasons) {
        boolean scored = node.modes().fields() == Mode.SCORE
                && reasons.stream().anyMatch(reason -> node.find(reason).isPresent());
        if (scored) {
            raised(score.probed(node.now()));
        }
    }

    public boolean isHostile() {
        return level() == Level.HOSTILE;
    }

    /** The connection is closed. */
    public void ended() {
        node.ended(user, score);
    }

    private Level level() {
        return score.level(node.now());
    }

    private void inspect(Optional<String> content, List<String> fields) {
        Mode ofContent = node.modes().content();
        Mode ofFields = node.modes().fields();
        boolean scored = false;
        for (String field : fields) {
            scored |= isFound(field, ofFields) && ofFields == Mode.SCORE;
        }
        if (content.isPresent()) {
            scored |= isFound(content.get(), ofContent) && ofContent == Mode.SCORE;
        }
        if (scored) {
            raised(score.probed(node.now()));
        }
    }

    private boolean isFound(String text, Mode mode) {
        Optional<AttackSignature> signature = mode == Mode.OFF ? Optional.empty() : node.find(text);
        signature.ifPresent(each -> node.found(each, about.apply(EventName.WS_ANOMALY)));
        return signature.isPresent();
    }

    private void raised(Raised raised) {
        node.counted(raised.by());
        if (!raised.crosses()) {
            return;
        }
        boolean hostile = raised.after() == Level.HOSTILE;
        node.reached(
                hostile ? Threshold.HOSTILE : Threshold.RESTRICTED,
                raised.by().id(),
                about.apply(EventName.WS_ANOMALY));
        if (hostile) {
            node.ban(user, login.get());
        }
    }
}
