/** A service of ECS, as AWS describes it. */
export interface EcsService {
  readonly name: string;
  readonly arn: string;
  readonly desired: number;
  readonly running: number;
  readonly taskDefinition: string;
  readonly deployments: readonly EcsDeployment[];
}

export interface EcsDeployment {
  readonly primary: boolean;
  readonly taskDefinition: string;
  readonly state: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly because: string;
}

export interface EcsTask {
  readonly arn: string;
  readonly status: string;
  readonly taskDefinition: string;
  /** As the task definition names it, by digest where it was named so. */
  readonly image: string;
  /** What the container's agent pulled. */
  readonly imageDigest: string | undefined;
  readonly health: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  readonly address: string | undefined;
  readonly exitCode: number | undefined;
  readonly stoppedBecause: string | undefined;
}

/** One container on Fargate. */
export interface TaskDefinition {
  readonly family: string;
  readonly container: string;
  /** By digest. */
  readonly image: string;
  /** Empty: the image's own. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** By ARN, key and version, as ECS writes it. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly cpu: number;
  readonly memory: number;
  readonly architecture: 'X86_64' | 'ARM64';
  readonly executionRoleArn: string;
  readonly taskRoleArn: string;
  readonly logGroup: string;
  readonly logPrefix: string;
  readonly region: string;
}

export interface OneOffTask {
  readonly taskDefinition: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  /** Who started it; AWS shows it, and finds it again. */
  readonly startedBy: string;
}

/** What ECS can be asked. Calls throw TransientError when repeating may help. */
export interface EcsApi {
  /** Those that stand; the others are left out. */
  services(names: readonly string[], signal?: AbortSignal): Promise<readonly EcsService[]>;
  tasksOf(service: string, signal?: AbortSignal): Promise<readonly EcsTask[]>;
  task(arn: string, signal?: AbortSignal): Promise<EcsTask | undefined>;
  /** The last few that ended, for what they said. */
  stoppedTasksOf(service: string, signal?: AbortSignal): Promise<readonly EcsTask[]>;
  /** The new revision's ARN. */
  register(definition: TaskDefinition, signal?: AbortSignal): Promise<string>;
  /** Tasks of this family that have not ended. */
  runningOf(
    family: string,
    signal?: AbortSignal,
  ): Promise<readonly { readonly arn: string; readonly startedBy: string }[]>;
  /** All tasks anew, of the same definition. */
  redeploy(service: string, signal?: AbortSignal): Promise<void>;
  setDesired(service: string, count: number, signal?: AbortSignal): Promise<void>;
  /** The task's ARN. A token makes a repeated call the same call. */
  run(task: OneOffTask, token: string, signal?: AbortSignal): Promise<string>;
  stop(task: string, because: string): Promise<void>;
}

/** How a service's number may change by itself. */
export interface ScalingApi {
  /** Whether fewer tasks may be made of a service; nothing happens where it doesn't scale. */
  allowScaleIn(service: string, allowed: boolean, signal?: AbortSignal): Promise<void>;
}
