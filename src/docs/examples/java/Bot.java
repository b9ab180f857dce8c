// A bot that answers who mentions it, with the Java client, which reconnects and resumes by itself. Java 17 or newer:
//
//     TOKEN=… java -cp portcullis.jar Bot.java ws://localhost:8080/ws lobby
import dev.portcullis.client.ClientEvent;
import dev.portcullis.client.ClientOptions;
import dev.portcullis.client.PortcullisClient;
import dev.portcullis.client.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

public class Bot {
    private final String room;
    private final PortcullisClient client;
    private String name = "";

    Bot(Vertx vertx, String url, String room) {
        this.room = room;
        // Asked before each connection, and before a token ends: a longer-lived bot asks its login here.
        ClientOptions options = ClientOptions.to(url, () -> Future.succeededFuture(System.getenv("TOKEN")));
        this.client = PortcullisClient.connect(vertx, options, this::on);
        client.join(room).map(Reply::of).onSuccess(answer -> { // after the first answer it joins again by itself
            if (answer instanceof Reply.Refused refused) {
                end("not joined: " + refused.why().reason());
            }
        }).onFailure(lost -> end("not joined: " + lost.getMessage()));
    }

    private void on(ClientEvent event) {
        if (event instanceof ClientEvent.Opened opened) {
            name = opened.userId();
        } else if (event instanceof ClientEvent.Joined joined) {
            System.out.println("joined " + joined.roomId());
        } else if (event instanceof ClientEvent.Entry entry && entry.type().equals("chat")) {
            answer(entry.frame()); // each message once, those that were missed too
        } else if (event instanceof ClientEvent.PositionLost) {
            System.out.println("messages may be missing");
        } else if (event instanceof ClientEvent.Left left) {
            end("no longer in " + left.roomId());
        } else if (event instanceof ClientEvent.Ended ended) {
            end(ended.disconnect().describe());
        }
    }

    private static void end(String why) {
        System.err.println(why);
        System.exit(1);
    }

    private void answer(JsonObject message) {
        String from = message.getString("userId");
        if (message.getJsonArray("mentions").contains("@" + name) && !from.equals(name)) {
            client.publish(new JsonObject()
                            .put("type", "chat")
                            .put("roomId", room)
                            .put("content", "Hello " + from)
                            .put("replyTo", message.getString("messageId")))
                    .onSuccess(answer -> System.out.println(answer.getString("type"))) // ack, or a refusal
                    .onFailure(lost -> System.out.println("not sent: " + lost.getMessage()));
        }
    }

    public static void main(String[] args) {
        new Bot(Vertx.vertx(), args[0], args[1]);
    }
}
