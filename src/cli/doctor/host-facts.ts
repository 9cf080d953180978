/** What is known of a machine that is to judge. A value: checks look at nothing else. */
export interface HostFacts {
  readonly kernelRelease: string;
  readonly memoryBytes: number;
  /** Active swap space. */
  readonly swapBytes: number;
  /** Cores that this process may use. */
  readonly cores: number;
  /** Do two logical cores share a physical one? undefined: the kernel does not say. */
  readonly smtActive?: boolean;
  /** undefined: the frequency is not the guest's to govern. */
  readonly frequencyGovernor?: string;
  readonly corePattern?: string;
  readonly maxUserNamespaces?: number;
  readonly cgroup: CgroupFacts;
  readonly dataDirectory: DiskFacts;
  /** Executions at once. */
  readonly slots: number;
  readonly engine: EngineFacts | EngineAbsence;
  readonly driver: DriverFacts;
}

export interface DriverFacts {
  readonly configured: 'native' | 'docker' | 'auto';
  /** Why the native driver cannot work here; undefined: it can. */
  readonly nativeProblem?: string;
}

export interface CgroupFacts {
  /** 1 where any controller is mounted as version 1. */
  readonly version: 1 | 2 | 'none';
  readonly controllers: readonly string[];
}

export interface DiskFacts {
  readonly path: string;
  readonly freeBytes: number;
}

export interface EngineAbsence {
  readonly kind: 'absent';
  readonly problem: string;
}

export interface EngineFacts {
  readonly kind: 'present';
  readonly host: string;
  readonly version: string;
  readonly runcVersion?: string;
  readonly storageDriver: string;
  readonly rootDirectory: DiskFacts | undefined;
  /** Can the engine limit swap? */
  readonly limitsSwap: boolean;
  readonly limitsProcesses: boolean;
  readonly securityOptions: readonly string[];
  readonly images: readonly ImageFacts[];
}

export interface ImageFacts {
  readonly toolchain: string;
  readonly present: boolean;
}
