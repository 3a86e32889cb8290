package kairos;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import de.bwaldvogel.mongo.wire.MongoDatabaseHandler;
import de.bwaldvogel.mongo.wire.MongoExceptionHandler;
import de.bwaldvogel.mongo.wire.MongoWireMessageEncoder;
import de.bwaldvogel.mongo.wire.MongoWireProtocolHandler;
import de.bwaldvogel.mongo.wire.MongoWireReplyEncoder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;

/**
 * Starts the server: `--host 127.0.0.1 --port 27017 --oplog-events 500000 --oplog-bytes 268435456 --data FOLDER`, and
 * `--clock-ahead 7200` for a clock that is so many seconds fast (slow, if negative), as tests of clocks need it.
 */
public final class MongoLauncher {

    private MongoLauncher() {
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        Duration ahead = Duration.ofSeconds(Long.parseLong(options.getOrDefault("--clock-ahead", "0")));
        ChangeLog log = new ChangeLog(Integer.parseInt(options.getOrDefault("--oplog-events", "500000")),
            Long.parseLong(options.getOrDefault("--oplog-bytes", "268435456")), Clock.offset(Clock.systemUTC(), ahead));
        Backend backend = new Backend(log);
        if (options.containsKey("--data")) {
            Path folder = Files.createDirectories(Path.of(options.get("--data")));
            Restore.from(folder, backend, log);
        }
        bind(backend, options.getOrDefault("--host", "127.0.0.1"), Integer.parseInt(options.getOrDefault("--port", "27017")));
    }

    private static void bind(Backend backend, String host, int port) throws InterruptedException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(4, NioIoHandler.newFactory());
        ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new ChannelInitializer<SocketChannel>() {
                @Override
                public void initChannel(SocketChannel channel) {
                    channel.pipeline().addLast(new MongoWireReplyEncoder(), new MongoWireMessageEncoder(),
                        new MongoWireProtocolHandler(), new AwaitHandler(backend),
                        new MongoDatabaseHandler(backend, clients), new MongoExceptionHandler());
                }
            })
            .bind(new InetSocketAddress(host, port)).sync();
        System.out.println("listening on " + host + ":" + port);
    }
}
