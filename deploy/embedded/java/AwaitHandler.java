package kairos;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import de.bwaldvogel.mongo.wire.message.MongoMessage;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Holds a `getMore` that has nothing to tell yet until there is a write or its time is over. No thread waits for it. */
final class AwaitHandler extends ChannelInboundHandlerAdapter {

    private static final long DEFAULT_MILLIS = 1000;

    private final Backend backend;

    AwaitHandler(Backend backend) {
        this.backend = backend;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof MongoMessage request && request.getDocument().get("getMore") instanceof Number cursor) {
            Number asked = (Number) request.getDocument().getOrDefault("maxTimeMS", DEFAULT_MILLIS);
            new Wait(context, request, cursor.longValue()).begin(asked.longValue());
        } else {
            context.fireChannelRead(message);
        }
    }

    /** One held request; its state is touched by the event loop of its connection only. */
    private final class Wait {
        private final ChannelHandlerContext context;
        private final MongoMessage request;
        private final long cursor;
        private final Runnable waiter;
        private ScheduledFuture<?> end;
        private boolean done;

        Wait(ChannelHandlerContext context, MongoMessage request, long cursor) {
            this.context = context;
            this.request = request;
            this.cursor = cursor;
            this.waiter = () -> context.executor().execute(this::look);
        }

        void begin(long millis) {
            look();
            if (!done) {
                end = context.executor().schedule(this::pass, millis, TimeUnit.MILLISECONDS);
            }
        }

        private void look() {
            if (!done && (!context.channel().isActive() || backend.readyOrAwait(cursor, waiter))) {
                pass();
            }
        }

        private void pass() {
            if (done) {
                return;
            }
            done = true;
            if (end != null) {
                end.cancel(false);
            }
            backend.forget(waiter);
            context.fireChannelRead(request);
        }
    }
}
