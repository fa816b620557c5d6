package org.drlput.jobs.cluster;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.flink.client.deployment.application.ApplicationClusterEntryPoint;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.PipelineOptionsInternal;
import org.apache.flink.runtime.checkpoint.CheckpointRecoveryFactory;
import org.apache.flink.runtime.dispatcher.Dispatcher;
import org.apache.flink.runtime.entrypoint.ClusterEntrypoint;
import org.apache.flink.runtime.highavailability.HighAvailabilityServices;
import org.apache.flink.runtime.highavailability.HighAvailabilityServicesUtils;
import org.apache.flink.runtime.highavailability.nonha.standalone.StandaloneHaServices;
import org.apache.flink.runtime.resourcemanager.ResourceManager;
import org.apache.flink.runtime.resourcemanager.StandaloneResourceManagerFactory;
import org.apache.flink.runtime.rpc.AddressResolution;
import org.apache.flink.runtime.rpc.RpcServiceUtils;
import org.apache.flink.runtime.rpc.RpcSystemUtils;
import org.apache.flink.runtime.util.JvmShutdownSafeguard;
import org.apache.flink.runtime.util.SignalHandler;
import org.drlput.jobs.train.Recovery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JobManager of one job: Flink's application mode, whose application is {@link ClusterJob}. There is one of it at a time, at
 * a fixed address, so that nobody has to be elected; what outlives it is which checkpoints it has completed.
 */
final class JobManagerProcess extends ApplicationClusterEntryPoint {
    private static final Logger LOG = LoggerFactory.getLogger(JobManagerProcess.class);

    private final ClusterDirectory directory;

    private JobManagerProcess(ClusterDirectory directory, Configuration configuration, PackagedProgram program) {
        super(configuration, program, StandaloneResourceManagerFactory.getInstance());
        this.directory = directory;
    }

    /** @param arguments the cluster's directory */
    public static void main(String[] arguments) throws Exception {
        SignalHandler.register(LOG);
        JvmShutdownSafeguard.installAsShutdownHook(LOG);
        ClusterDirectory directory = new ClusterDirectory(Path.of(arguments[0]));
        JobSpec job = JobSpec.read(directory.job())
                .orElseThrow(() -> new ClusterException("there is no job to run").where(directory.job()));
        Configuration configuration = configuration(directory, job);
        PackagedProgram program = PackagedProgram.newBuilder()
                .setEntryPointClassName(ClusterJob.class.getName())
                .setArguments(directory.root().toString())
                .setConfiguration(configuration)
                .build();
        configureExecution(configuration, program);
        ClusterEntrypoint.runClusterEntrypoint(new JobManagerProcess(directory, configuration, program));
    }

    private static Configuration configuration(ClusterDirectory directory, JobSpec job) {
        Configuration configuration =
                GlobalConfiguration.loadConfiguration(directory.configuration().toString());
        configuration.set(
                CoreOptions.TMP_DIRS,
                directory.temporary(ClusterSpec.JOB_MANAGER).toString());
        configuration.set(DeploymentOptions.ATTACHED, true);
        configuration.set(
                PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID, job.jobId().toHexString());
        configuration.set(PipelineOptions.CLASSPATHS, List.of());
        configuration.addAll(Recovery.settings(job.checkpointIntervalMillis()));
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                Path.of(job.out()).resolve("checkpoints").toUri().toString());
        configuration.set(
                CheckpointingOptions.CHECKPOINTING_TIMEOUT, java.time.Duration.ofMillis(job.checkpointTimeoutMillis()));
        return configuration;
    }

    @Override
    protected HighAvailabilityServices createHaServices(Configuration configuration, Executor io, RpcSystemUtils rpc)
            throws Exception {
        var address = HighAvailabilityServicesUtils.getJobManagerAddress(configuration);
        return new Services(
                url(rpc, address.f0, address.f1, ResourceManager.RESOURCE_MANAGER_NAME, configuration),
                url(rpc, address.f0, address.f1, Dispatcher.DISPATCHER_NAME, configuration),
                HighAvailabilityServicesUtils.getWebMonitorAddress(
                        configuration, AddressResolution.NO_ADDRESS_RESOLUTION),
                new CompletedCheckpoints(directory.recovery()));
    }

    private static String url(RpcSystemUtils rpc, String host, int port, String name, Configuration configuration)
            throws java.net.UnknownHostException {
        return rpc.getRpcUrl(
                InetAddress.getByName(host).getHostAddress(),
                port,
                RpcServiceUtils.createWildcardName(name),
                AddressResolution.NO_ADDRESS_RESOLUTION,
                configuration);
    }

    /** Nobody is elected, but checkpoints are remembered. */
    private static final class Services extends StandaloneHaServices {
        private final CheckpointRecoveryFactory checkpoints;

        Services(String resourceManager, String dispatcher, String rest, CheckpointRecoveryFactory checkpoints) {
            super(resourceManager, dispatcher, rest);
            this.checkpoints = checkpoints;
        }

        @Override
        public CheckpointRecoveryFactory getCheckpointRecoveryFactory() {
            return checkpoints;
        }
    }
}
